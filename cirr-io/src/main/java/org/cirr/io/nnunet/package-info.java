/** nnU-Net's model folders: {@code plans.json}, {@code dataset.json}, folds and checkpoints. */
package org.cirr.io.nnunet;
