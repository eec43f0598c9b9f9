"""The demo's and the training's stage: invented neighbourhoods on real parts."""
