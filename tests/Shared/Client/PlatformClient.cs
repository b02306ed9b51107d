using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Guests.Platform;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>The front end of the platform guest: starts it, carries out what it asks for with commands of the interface, and has a COM1.</summary>
internal sealed unsafe class PlatformClient : IDisposable
{
    private const ushort FirstSerialPort = 0x3F8;
    private const int SerialPorts = 8;
    private const int SerialLine = 4;
    private static readonly TimeSpan Hopeless = TimeSpan.FromMinutes(5);

    private readonly BackendFactory _factory;
    private readonly int[] _moves;
    private readonly Uart16550 _serial;
    private ClientGuest _guest;

    /// <summary>Starts the guest.</summary>
    /// <param name="factory">The back end.</param>
    /// <param name="moves">
    /// The parts of the VM, in the order in which they are restored: each time that it asks for something the guest moves to another VM. None: it stays.
    /// </param>
    public PlatformClient(BackendFactory factory, params int[] moves)
    {
        _factory = factory;
        _moves = moves;
        _guest = new ClientGuest(factory, 0xF4);
        _serial = new Uart16550(FirstSerialPort, SerialLine, new ClientLines(this), Console);
        EntryState entry = FlatLoader.Load(PlatformGuest.Image, new Gpa(PlatformGuest.Address), EntryMode.Long, new ClientMemory(_guest));
        using (VcpuRunner runner = _guest.Vm.CreateRunner(0))
        {
            Assert.Equal(0, runner.WriteRegisters(entry.Groups, in entry.Registers));
        }

        _guest.Check(VmCommandWords.VM_SET_X2APIC_STATE, new vm_x2apic { state = vm_x2apic.X2APIC_ENABLED });
    }

    /// <summary>What the guest has printed.</summary>
    public MemorySerialSink Console { get; } = new();

    /// <summary>Runs the guest to its end.</summary>
    /// <returns>What it has written down.</returns>
    public ulong[] Run()
    {
        // A guest that has lost its way is ended, and its log says where.
        using Timer watchdog = new(_ => _guest.Command(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_POWEROFF }), null, Hopeless, Timeout.InfiniteTimeSpan);
        while (Serve(_guest.Run()))
        {
        }

        int reached = BitConverter.ToInt32(_guest.Memory(PlatformGuest.Reached, sizeof(int)));
        return MemoryMarshal.Cast<byte, ulong>(_guest.Memory(PlatformGuest.Log, reached * sizeof(ulong))).ToArray();
    }

    /// <summary>Where an exception came from that the guest did not expect; 0: none.</summary>
    public ulong LostAt => BitConverter.ToUInt64(_guest.Memory(PlatformGuest.LostAt, sizeof(ulong)));

    public void Dispose() => _guest.Dispose();

    private bool Serve(vm_exit exit)
    {
        if (exit.exitcode == vm_exitcode.VM_EXITCODE_SUSPENDED)
        {
            return false;
        }

        Assert.Equal(vm_exitcode.VM_EXITCODE_INOUT, exit.exitcode);
        ushort port = exit.u.inout.port;
        bool isInput = (exit.u.inout.bits & vm_inout.VM_INOUT_IN) != 0;
        if (port == PlatformGuest.CommandPort && !isInput)
        {
            Move();
            return Carry((PlatformCommand)(exit.u.inout.eax >> 24), (int)exit.u.inout.eax & 0xFF_FFFF);
        }

        Assert.InRange(port, FirstSerialPort, FirstSerialPort + SerialPorts - 1);
        if (isInput)
        {
            _guest.Set(vm_reg_name.VM_REG_GUEST_RAX, (exit.u.inout.eax & ~0xFFu) | _serial.Read(port, 1));
        }
        else
        {
            _serial.Write(port, 1, exit.u.inout.eax & 0xFF);
        }

        return true;
    }

    private void Move()
    {
        if (_moves.Length == 0)
        {
            return;
        }

        ClientGuest other = new(_factory, 0xF4);
        Assert.Equal(0, other.Vm.Write(0, _guest.Memory(0, (int)ClientGuest.MemorySize)));
        other.Get(vm_reg_name.VM_REG_GUEST_RIP);

        // Time goes on between two parts: what measures the others is saved last and restored first, and never sees less of it than they.
        Stack<byte[]> images = [];
        foreach (int part in _moves.Reverse())
        {
            images.Push(_guest.SavePart(part));
        }

        foreach (int part in _moves)
        {
            Assert.Equal(0, other.RestorePart(part, images.Pop()));
        }

        other.Check(VmCommandWords.VM_RESTORE_TIME, 0);
        _guest.Dispose();
        _guest = other;
    }

    private bool Carry(PlatformCommand command, int argument)
    {
        int number = argument & 0xFF;
        switch (command)
        {
            case PlatformCommand.PulseLine:
                _guest.Check(VmCommandWords.VM_ISA_PULSE_IRQ, new vm_isa_irq { atpic_irq = number, ioapic_irq = -1 });
                break;

            case PlatformCommand.AssertLine:
                _guest.Check(VmCommandWords.VM_ISA_ASSERT_IRQ, new vm_isa_irq { atpic_irq = number, ioapic_irq = -1 });
                break;

            case PlatformCommand.DeassertLine:
                _guest.Check(VmCommandWords.VM_ISA_DEASSERT_IRQ, new vm_isa_irq { atpic_irq = number, ioapic_irq = -1 });
                break;

            case PlatformCommand.SetTrigger:
                _guest.Check(VmCommandWords.VM_ISA_SET_IRQ_TRIGGER, new vm_isa_irq_trigger { atpic_irq = number, trigger = (argument >> 8) & 1 });
                break;

            case PlatformCommand.PulsePin:
                _guest.Check(VmCommandWords.VM_IOAPIC_PULSE_IRQ, new vm_ioapic_irq { irq = number });
                break;

            case PlatformCommand.AssertPin:
                _guest.Check(VmCommandWords.VM_IOAPIC_ASSERT_IRQ, new vm_ioapic_irq { irq = number });
                break;

            case PlatformCommand.DeassertPin:
                _guest.Check(VmCommandWords.VM_IOAPIC_DEASSERT_IRQ, new vm_ioapic_irq { irq = number });
                break;

            case PlatformCommand.SendMessage:
                ulong modes = ((ulong)argument >> 12 & 3) << 2;
                ulong destination = ((ulong)argument >> 14 & 0xFF) << 12;
                _guest.Check(VmCommandWords.VM_LAPIC_MSI, new vm_lapic_msi { addr = LocalApic.Page | destination | modes, msg = (ulong)argument & 0xFFF });
                break;

            case PlatformCommand.RaiseVector:
                _guest.Check(VmCommandWords.VM_LAPIC_IRQ, new vm_lapic_irq { vector = number });
                break;

            case PlatformCommand.RaiseLocal:
                _guest.Check(VmCommandWords.VM_LAPIC_LOCAL_IRQ, new vm_lapic_irq { vector = number });
                break;

            case PlatformCommand.Pause:
                break;

            default:
                Assert.Equal(PlatformCommand.End, command);
                return false;
        }

        return true;
    }

    /// <summary>A line of COM1 is the same line of both controllers.</summary>
    private sealed class ClientLines(PlatformClient client) : InterruptController
    {
        public override void SetLine(int line, bool asserted) =>
            client._guest.Check(asserted ? VmCommandWords.VM_ISA_ASSERT_IRQ : VmCommandWords.VM_ISA_DEASSERT_IRQ, new vm_isa_irq { atpic_irq = line, ioapic_irq = line });

        public override int Acknowledge(int vcpu) => -1;

        public override bool HasInterrupt(int vcpu) => false;
    }

    /// <summary>Loads through the descriptor.</summary>
    private sealed class ClientMemory(ClientGuest guest) : LoadTarget
    {
        public override ulong LowMemory => ClientGuest.MemorySize;

        public override ulong HighMemory => 0;

        public override bool TryWrite(Gpa address, ReadOnlySpan<byte> bytes) => guest.Vm.Write((long)address.Value, bytes) == 0;

        public override bool TryMapRom(Gpa address, ReadOnlySpan<byte> bytes) => false;
    }
}
