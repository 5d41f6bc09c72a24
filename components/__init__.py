"""What the page is made of: ids, stores, cards, controls, figures. Pure functions of their arguments."""
