using System.Runtime.InteropServices;
using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>Where KVM's interrupt numbers lead. Every line of the 8259s and every pin of the IO-APIC gets a number of its own, as the commands need.</summary>
internal static unsafe class KvmRoutes
{
    private const int PicLines = 16;
    private const int PicChipLines = 8;
    private const int Pins = kvm_ioapic_state.KVM_IOAPIC_NUM_PINS;
    private const uint FirstPicGsi = 32;
    private const uint FirstPinGsi = 64;

    // The kernel's interval timer pulls number 0: line 0, and pin 2 as on every PC.
    private const uint TimerGsi = 0;
    private const uint TimerPin = 2;

    /// <summary>The number of a line of the 8259s.</summary>
    public static uint PicGsi(int line) => FirstPicGsi + (uint)line;

    /// <summary>The number of a pin of the IO-APIC.</summary>
    public static uint PinGsi(int pin) => FirstPinGsi + (uint)pin;

    /// <summary>Sets the routes of a VM.</summary>
    /// <exception cref="Backends.BackendUnavailableException">KVM refuses.</exception>
    public static void Set(int vm)
    {
        const int count = 2 + PicLines + Pins;
        byte* memory = stackalloc byte[sizeof(kvm_irq_routing) + (count * sizeof(kvm_irq_routing_entry))];
        kvm_irq_routing* head = (kvm_irq_routing*)memory;
        *head = new kvm_irq_routing { nr = count };
        Span<kvm_irq_routing_entry> entries = new(head + 1, count);
        entries[0] = Entry(TimerGsi, kvm_irqchip.KVM_IRQCHIP_PIC_MASTER, 0);
        entries[1] = Entry(TimerGsi, kvm_irqchip.KVM_IRQCHIP_IOAPIC, TimerPin);
        for (int line = 0; line < PicLines; line++)
        {
            uint chip = line < PicChipLines ? kvm_irqchip.KVM_IRQCHIP_PIC_MASTER : kvm_irqchip.KVM_IRQCHIP_PIC_SLAVE;
            entries[2 + line] = Entry(PicGsi(line), chip, (uint)(line % PicChipLines));
        }

        for (int pin = 0; pin < Pins; pin++)
        {
            entries[2 + PicLines + pin] = Entry(PinGsi(pin), kvm_irqchip.KVM_IRQCHIP_IOAPIC, (uint)pin);
        }

        if (LibC.Ioctl(vm, KvmVmWords.KVM_SET_GSI_ROUTING, head) != 0)
        {
            throw KvmVm.Refusal("KVM_SET_GSI_ROUTING", LibC.LastError);
        }
    }

    private static kvm_irq_routing_entry Entry(uint gsi, uint chip, uint pin) => new()
    {
        gsi = gsi,
        type = kvm_irq_routing_entry.KVM_IRQ_ROUTING_IRQCHIP,
        u = new kvm_irq_routing_entry_u { irqchip = new kvm_irq_routing_irqchip { irqchip = chip, pin = pin } },
    };
}
