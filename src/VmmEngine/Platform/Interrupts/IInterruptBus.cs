namespace VmmEngine.Platform;

/// <summary>What carries the IO-APIC's messages to local APICs, this engine's or the kernel's. Any thread, with the IO-APIC's lock held: it waits for nothing.</summary>
public interface IInterruptBus
{
    /// <summary>Delivers a message to whom it means. A mode that no message can have is dropped.</summary>
    void Deliver(in InterruptMessage message);

    /// <summary>
    /// What a pin sends has changed. Where the ends of level-triggered interrupts are heard of only if they were announced, this announces
    /// them, masked pins' too: an interrupt may be in service.
    /// </summary>
    void Announce(int pin, in InterruptMessage message);
}
