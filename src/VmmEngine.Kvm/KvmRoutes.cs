using VmmEngine.Abi.Kvm;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>
/// The IO-APIC's pins as KVM has to know them: it tells the end of an interrupt only for the vectors of level-triggered messages that its table of routes has.
/// </summary>
/// <remarks>Under the IO-APIC's lock.</remarks>
internal sealed unsafe class KvmRoutes(int vm)
{
    private readonly kvm_msi[] _messages = new kvm_msi[IoApic.Pins];

    /// <summary>A message as KVM takes it.</summary>
    public static kvm_msi Encode(in InterruptMessage message)
    {
        const uint level = 0xC000; // and asserted
        const uint logical = 1 << 2;
        return new kvm_msi
        {
            address_lo = (uint)LocalApic.Page | (message.Destination << 12) | (message.IsLogical ? logical : 0),
            data = message.Vector | ((uint)message.Mode << 8) | (message.IsLevel ? level : 0),
        };
    }

    /// <summary>Gives a pin its message.</summary>
    public void Set(int pin, in InterruptMessage message)
    {
        kvm_msi wanted = message.IsLevel ? Encode(in message) : default;
        ref kvm_msi known = ref _messages[pin];
        if (known.address_lo != wanted.address_lo || known.data != wanted.data)
        {
            known = wanted;
            Publish();
        }
    }

    private void Publish()
    {
        byte* memory = stackalloc byte[sizeof(kvm_irq_routing) + (IoApic.Pins * sizeof(kvm_irq_routing_entry))];
        kvm_irq_routing* head = (kvm_irq_routing*)memory;
        *head = default;
        Span<kvm_irq_routing_entry> entries = new(head + 1, IoApic.Pins);
        for (int pin = 0; pin < IoApic.Pins; pin++)
        {
            if (_messages[pin].address_lo != 0)
            {
                entries[(int)head->nr++] = new kvm_irq_routing_entry
                {
                    gsi = (uint)pin,
                    type = kvm_irq_routing_entry.KVM_IRQ_ROUTING_MSI,
                    u = new kvm_irq_routing_entry_u { msi = new kvm_irq_routing_msi { address_lo = _messages[pin].address_lo, data = _messages[pin].data } },
                };
            }
        }

        _ = LibC.Ioctl(vm, KvmVmWords.KVM_SET_GSI_ROUTING, head);
    }
}
