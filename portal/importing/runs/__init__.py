"""Files as staff bring them: upload, column mappings, preview, the work in the background, refused rows."""
