/**
 * Training: {@link org.cirr.nn.train.Trainer} makes a model folder that cirr and nnU-Net load of
 * the prepared cases of a fold ({@link org.cirr.nn.train.TrainingData}).
 */
package org.cirr.nn.train;
