using System.Runtime.InteropServices;

namespace VmmEngine.Abi.Kvm;

/// <summary>
/// Head of the argument of KVM_SET_GSI_ROUTING, 8 bytes; <see cref="kvm_irq_routing_entry"/> elements follow it. linux/kvm.h.
/// </summary>
public struct kvm_irq_routing
{
    /// <summary>Elements that follow.</summary>
    public uint nr;

    public uint flags;
}

/// <summary>Where one global interrupt goes, 48 bytes. linux/kvm.h.</summary>
public struct kvm_irq_routing_entry
{
    public uint gsi;

    /// <summary>A type below; selects the member of <see cref="u"/>.</summary>
    public uint type;

    public uint flags;
    public uint pad;
    public kvm_irq_routing_entry_u u;

    public const uint KVM_IRQ_ROUTING_IRQCHIP = 1;
    public const uint KVM_IRQ_ROUTING_MSI = 2;
}

/// <summary>Member of <see cref="kvm_irq_routing_entry"/>, 32 bytes, anonymous in the kernel; x86's two targets.</summary>
[StructLayout(LayoutKind.Explicit)]
public unsafe struct kvm_irq_routing_entry_u
{
    [FieldOffset(0)] public kvm_irq_routing_irqchip irqchip;
    [FieldOffset(0)] public kvm_irq_routing_msi msi;
    [FieldOffset(0)] public fixed uint pad[8];
}

/// <summary>A pin of a chip in the kernel, 8 bytes. linux/kvm.h.</summary>
public struct kvm_irq_routing_irqchip
{
    /// <summary>A chip id of <see cref="kvm_irqchip"/>.</summary>
    public uint irqchip;

    public uint pin;
}

/// <summary>A message, 16 bytes. linux/kvm.h.</summary>
public struct kvm_irq_routing_msi
{
    public uint address_lo;
    public uint address_hi;
    public uint data;
    public uint devid;
}
