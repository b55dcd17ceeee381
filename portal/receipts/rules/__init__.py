"""Rules for receipts: who may issue what, splitting, wording, stamp duty. Pure: values in, values out."""
