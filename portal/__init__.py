"""MyPage: the order page a web shop gives its buyers."""
