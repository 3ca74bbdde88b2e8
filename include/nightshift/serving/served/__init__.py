"""What is served: followed, verified, loaded, warm; how long it is good; what it says of the next session."""
