"""Values without identity: names, money, tax, phones, dates, postcodes, addresses. The package is pure."""
