"""Search of letters for names of staff and units before anybody opens them."""
