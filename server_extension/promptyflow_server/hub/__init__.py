"""On a JupyterHub: the application as a service of it, and the way there from people's servers."""
