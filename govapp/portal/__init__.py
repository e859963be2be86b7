"""Portal (หน้าแรก): where people arrive. It only reads; each slice offers what it shows here."""
