using System.Runtime.InteropServices;

namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_IRQCHIP and KVM_SET_IRQCHIP, 520 bytes. linux/kvm.h.</summary>
public struct kvm_irqchip
{
    /// <summary>An id below; selects the member of <see cref="chip"/>.</summary>
    public uint chip_id;

    public uint pad;
    public kvm_irqchip_chip chip;

    public const uint KVM_IRQCHIP_PIC_MASTER = 0;
    public const uint KVM_IRQCHIP_PIC_SLAVE = 1;
    public const uint KVM_IRQCHIP_IOAPIC = 2;
}

/// <summary>Member of <see cref="kvm_irqchip"/>, 512 bytes, anonymous in the kernel.</summary>
[StructLayout(LayoutKind.Explicit)]
public unsafe struct kvm_irqchip_chip
{
    [FieldOffset(0)] public fixed byte dummy[512];
    [FieldOffset(0)] public kvm_pic_state pic;
    [FieldOffset(0)] public kvm_ioapic_state ioapic;
}

/// <summary>One 8259, 16 bytes. asm/kvm.h.</summary>
public struct kvm_pic_state
{
    public byte last_irr;
    public byte irr;
    public byte imr;
    public byte isr;
    public byte priority_add;
    public byte irq_base;
    public byte read_reg_select;
    public byte poll;
    public byte special_mask;
    public byte init_state;
    public byte auto_eoi;
    public byte rotate_on_auto_eoi;
    public byte special_fully_nested_mode;
    public byte init4;
    public byte elcr;
    public byte elcr_mask;
}

/// <summary>The I/O APIC, 216 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_ioapic_state
{
    public const int KVM_IOAPIC_NUM_PINS = 24;

    public ulong base_address;
    public uint ioregsel;
    public uint id;
    public uint irr;
    public uint pad;

    /// <summary>Redirection entries as the chip's registers hold them; the kernel also names their bit fields.</summary>
    public fixed ulong redirtbl[KVM_IOAPIC_NUM_PINS];
}
