/** Classical learners on tables of features, with scikit-learn's defaults and meaning. */
package org.cirr.metrics.learn;
