"""Parcels (邮寄、自助柜): papers on their way to whom they are addressed, and what their carriers tell."""
