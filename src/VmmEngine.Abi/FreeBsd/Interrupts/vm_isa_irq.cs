namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_ISA_ASSERT_IRQ, VM_ISA_DEASSERT_IRQ and VM_ISA_PULSE_IRQ, 8 bytes. Sheet section 9.</summary>
public struct vm_isa_irq
{
    /// <summary>0 to 15.</summary>
    public int atpic_irq;

    /// <summary>An I/O APIC pin, or -1 for none.</summary>
    public int ioapic_irq;
}

/// <summary>Argument of VM_ISA_SET_IRQ_TRIGGER, 8 bytes. Sheet section 9.</summary>
public struct vm_isa_irq_trigger
{
    /// <summary>0 to 15.</summary>
    public int atpic_irq;

    /// <summary>A mode below; lines 0, 1, 2, 8 and 13 are always edge triggered.</summary>
    public int trigger;

    public const int EDGE_TRIGGER = 0;
    public const int LEVEL_TRIGGER = 1;
}
