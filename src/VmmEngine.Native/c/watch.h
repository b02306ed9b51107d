/* The thread that hears of descriptors closed behind the library's back. */
#ifndef WATCH_H
#define WATCH_H

/* What looking for descriptors takes. Called once, in a call of the client's. */
void vmm_watch_prepare(void);

/* Starts the thread, once. */
void vmm_watch_start(void);

#endif
