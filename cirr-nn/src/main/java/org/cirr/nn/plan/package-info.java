/**
 * From a folder of images and labels to a plan: {@link org.cirr.nn.plan.RawDataset} finds the
 * cases, {@link org.cirr.nn.plan.DatasetScan} checks and measures them, {@link
 * org.cirr.nn.plan.ExperimentPlanner} chooses spacing, patch and network as nnU-Net does, {@link
 * org.cirr.nn.plan.CrossValidation} makes the folds.
 */
package org.cirr.nn.plan;
