namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_IOAPIC_ASSERT_IRQ, VM_IOAPIC_DEASSERT_IRQ and VM_IOAPIC_PULSE_IRQ, 4 bytes. Sheet section 9.</summary>
public struct vm_ioapic_irq
{
    /// <summary>Pins of the I/O APIC, which VM_IOAPIC_PINCOUNT reports.</summary>
    public const int REDIR_ENTRIES = 32;

    /// <summary>0 to <see cref="REDIR_ENTRIES"/> - 1.</summary>
    public int irq;
}
