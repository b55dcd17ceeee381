"""Who answers the ports; wired in one place."""
