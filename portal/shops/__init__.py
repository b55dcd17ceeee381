"""店舗の設定: what a shop may set, how it is changed, and what follows from it."""
