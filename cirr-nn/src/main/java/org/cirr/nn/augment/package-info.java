/**
 * nnU-Net's augmentations: {@link org.cirr.nn.augment.Augmentation} puts them in order, each other
 * class is one of them in its plain form.
 */
package org.cirr.nn.augment;
