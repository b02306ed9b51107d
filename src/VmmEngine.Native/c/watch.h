/* The thread that hears of descriptors closed behind the library's back. */
#ifndef WATCH_H
#define WATCH_H

/* Opens what looking for descriptors takes. First in a call of the client's, which then knows what numbers are taken. */
void vmm_watch_prepare(void);

/* Starts the thread, once. */
void vmm_watch_start(void);

#endif
