"""店舗の設定: what a shop may say, what it changes, and what follows from it."""
