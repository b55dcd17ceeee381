"""Values without identity: names, money, tax, phones, dates, postcodes, addresses. Pure."""
