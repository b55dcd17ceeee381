"""What buyers and staff change about a subscription, seen beforehand and then made true."""
