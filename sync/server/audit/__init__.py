"""Who saw or changed what: the list, and the lane on which laptops hand their lines over."""
