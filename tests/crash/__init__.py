"""Crash images: what is left of the encrypted file when the machine dies at any write of it.

The product's own driver writes through a file layer that notes everything beneath the cipher. From
the notes the files are built again as of every moment, and as a power cut may leave them, and the
product opens them."""
