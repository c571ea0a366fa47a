package org.cirr.backend;

/**
 * What is known of one backend on this machine.
 *
 * @param detail what it runs on when available, else why not and what to do
 * @param chosen whether the automatic choice takes it
 */
public record BackendReport(String name, boolean available, String detail, boolean chosen) {}
