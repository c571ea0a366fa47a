package org.cirr.nn.phantom;

/** What a phantom looks like. */
public enum PhantomContrast {
  /** Gradient echo: fat and liver bright, fluid dark. */
  T1,
  /** Fast spin echo with suppressed fat, as CHAOS' T2-SPIR: fluid, spleen and kidneys bright. */
  T2,
  /** Every tissue has a brightness of its own: for networks that are to cope with any contrast. */
  RANDOM
}
