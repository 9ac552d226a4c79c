"""What all panels share: callbacks, page commands, ids, small components."""
