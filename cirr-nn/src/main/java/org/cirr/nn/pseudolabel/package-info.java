/**
 * Pseudo-labels: masks that a model makes of unlabelled images, judged, and mixed with labelled
 * cases so that a further training can use them.
 */
package org.cirr.nn.pseudolabel;
