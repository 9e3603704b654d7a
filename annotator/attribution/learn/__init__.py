"""Learning from accepted claims: features, network, decoding, training, and the saved model.

The network is small (about a million weights) and trains on the CPU. It sees the rules' votes and
starts from them, so that with few articles it does what the rules do.
"""
