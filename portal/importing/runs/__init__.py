"""Files that staff upload: column mappings, preview, the work in the background, refused rows."""
