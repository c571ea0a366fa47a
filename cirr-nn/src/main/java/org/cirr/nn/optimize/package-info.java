/** From gradients to better weights: optimizers, learning rate schedules, first weights. */
package org.cirr.nn.optimize;
