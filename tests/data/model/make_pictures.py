#!/usr/bin/python3
"""Writes resized.npz and the photo_* files in pictures/, with Pillow. Run it here (made with Pillow 9.4.0 on
libjpeg-turbo, NumPy 1.24.2).

resized.npz holds pictures [H x W x C], and each in other sizes by Pillow's filters 0 to 5, [6 x H x W x C], as
"color 4x5". pictures/photo_X.png is what Pillow, thus libjpeg, reads in pictures/photo_X.jpg."""
import numpy as np
from PIL import Image

rng = np.random.default_rng(1)


def image(pixels):
    return Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)


# Noise and black beside white: no pixel is like its neighbours, and what overshoots is cut.
color = rng.integers(0, 256, (7, 9, 3), dtype=np.uint8)
color[2:5, 3:6] = rng.choice([0, 255], (3, 3, 3))
grey = rng.integers(0, 256, (19, 14, 1), dtype=np.uint8)
grey[4:12, 5:11] = rng.choice([0, 255], (8, 6, 1))
# In double, hamming's constants would make 138 of the middle.
last_bit = np.array([67, 127, 82, 126, 200, 43, 232, 98, 49], dtype=np.uint8).reshape(1, 9, 1)
pictures = {
    "color": (color, [(4, 5), (1, 1), (3, 13), (14, 4), (7, 5), (11, 10)]),
    "grey": (grey, [(5, 7), (2, 3), (1, 14), (18, 13), (40, 3)]),
    "last_bit": (last_bit, [(1, 3)]),
}
arrays = {}
for name, (pixels, sizes) in pictures.items():
    arrays[name] = pixels
    for height, width in sizes:
        resized = [np.asarray(image(pixels).resize((width, height), code)) for code in range(6)]
        arrays[f"{name} {height}x{width}"] = np.stack(resized).reshape(6, height, width, pixels.shape[2])
np.savez_compressed("resized.npz", **arrays)

# Slopes, noise, and edges between strong colours, in a size that no block of 8 or 16 pixels divides.
y, x = np.mgrid[0:29, 0:37]
photo = np.stack([4 * x + 2 * y, 255 - 5 * x + 3 * y, 8 * y], axis=2) + rng.integers(-20, 21, (29, 37, 3))
photo[6:17, 9:22] = (255, 0, 30)
photo[12:25, 18:33] = (0, 40, 255)
photo = Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))
for name, picture, options in (
        ("444", photo, {"subsampling": 0, "quality": 90}),
        ("422", photo, {"subsampling": 1, "quality": 80}),
        ("420", photo, {"subsampling": 2, "quality": 80}),
        ("420_progressive", photo, {"subsampling": 2, "quality": 60, "progressive": True}),
        ("grey", photo.convert("L"), {"quality": 80}),
        ("grey_progressive", photo.convert("L"), {"quality": 60, "progressive": True})):
    path = f"pictures/photo_{name}"
    picture.save(path + ".jpg", **options)
    Image.open(path + ".jpg").save(path + ".png", optimize=True)
