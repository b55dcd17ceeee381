"""What holds for receipts: who may issue what, splitting, wording, stamp duty. Values in, values out."""
