"""Names of staff and units looked for in letters before anybody opens them."""
