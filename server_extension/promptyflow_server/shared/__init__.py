"""What every resource uses: errors, messages, ids, clocks."""
