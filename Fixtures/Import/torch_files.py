"""Makes small files of PyTorch's, for tests that open them and damaged copies of them.

    python Fixtures/Import/torch_files.py
"""

import os

import torch

folder = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(1)
network = torch.nn.Sequential()
network.add_module("conv1", torch.nn.Conv2d(1, 4, 3, padding=1))
network.add_module("bn1", torch.nn.BatchNorm2d(4))
network.add_module("relu1", torch.nn.ReLU())
network.add_module("flatten", torch.nn.Flatten())
network.add_module("fc1", torch.nn.Linear(4 * 8 * 8, 5))
torch.save(network.state_dict(), os.path.join(folder, "state_dict.pt"))
checkpoint = {"epoch": 3, "state_dict": network.state_dict(), "note": "before 1.6"}
torch.save(checkpoint, os.path.join(folder, "legacy.pth"), _use_new_zipfile_serialization=False)
