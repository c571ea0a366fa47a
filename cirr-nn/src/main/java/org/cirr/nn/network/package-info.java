/**
 * Networks, written as functions from node to node; parameters are named as in PyTorch's state
 * dicts, so that checkpoints fit as they are.
 */
package org.cirr.nn.network;
