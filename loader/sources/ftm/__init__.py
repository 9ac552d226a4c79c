"""FollowTheMoney files, OpenSanctions' among them."""
