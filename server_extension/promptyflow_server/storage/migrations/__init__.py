"""The steps by which the schema came about, one file each, run by ``storage.migrate``."""
