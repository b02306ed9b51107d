using System.Numerics;
using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Snapshots;
using static VmmEngine.Platform.LocalApicRegister;

namespace VmmEngine.Platform;

/// <summary>The local APIC of one vCPU: xAPIC and x2APIC. Intel SDM volume 3, chapter 12.</summary>
/// <remarks>
/// <para>
/// There is no lock on the way of an interrupt. Any thread posts one: a bit of the request register, atomically, and then a notification. The rest of the
/// registers is written by the vCPU's holder alone, and read whole by senders. Only the timer, which fires on the clock's thread, has a lock.
/// </para>
/// <para>The acknowledge cycle and the guest's instructions come from one thread, so a vector never vanishes in between: the spurious vector is kept, and not used.</para>
/// </remarks>
public sealed unsafe partial class LocalApic : ISnapshotted
{
    /// <summary>Where the page of an xAPIC is. It cannot be moved.</summary>
    public const ulong Page = 0xFEE0_0000;

    /// <summary>Bytes of the page.</summary>
    public const ulong PageSize = 0x1000;

    internal const ulong BaseBoot = 1 << 8;
    internal const ulong BaseX2Apic = 1 << 10;
    internal const ulong BaseEnabled = 1 << 11;

    private const int FirstVector = 16; // vectors below are the processor's exceptions
    private const int BitWords = 8;
    private const uint ClassMask = 0xF0;
    private const uint SoftwareEnabled = 1 << 8;

    private readonly LocalApicWords[] _memory = GC.AllocateArray<LocalApicWords>(1, pinned: true);
    private readonly LocalApics _all;
    private readonly IApicHost _host;
    private readonly VcpuCounters* _counters;
    private readonly LocalApicTimer _timer;
    private uint _errors;
    private uint _external;

    /// <summary>Makes one in the state after power-on.</summary>
    internal LocalApic(LocalApics all, int id, VmClock clock, IApicHost host, VcpuCounters* counters)
    {
        Words = (LocalApicWords*)Unsafe.AsPointer(ref _memory[0]); // pinned
        Id = id;
        _all = all;
        _host = host;
        _counters = counters;
        _timer = new LocalApicTimer(this, clock);
        Reset();
    }

    /// <summary>The APIC id, which is the vCPU's number.</summary>
    public int Id { get; }

    /// <summary>The registers, for as long as this object is alive.</summary>
    public LocalApicWords* Words { get; }

    /// <summary>True in x2APIC mode: registers are MSRs, and there is no page.</summary>
    public bool IsX2Apic => (Volatile.Read(ref Words->Base) & BaseX2Apic) != 0;

    /// <summary>The least urgent vector class that the vCPU still takes, for arbitration.</summary>
    internal uint ProcessorPriority
    {
        get
        {
            uint task = Get(TaskPriority);
            int serviced = Highest(InService);
            uint inService = serviced < 0 ? 0 : (uint)serviced & ClassMask;
            return (task & ClassMask) >= inService ? task : inService;
        }
    }

    // What an interrupt needs to be accepted: the MSR's switch and the spurious vector register's.
    private bool IsEnabled => IsPresent && (Get(Spurious) & SoftwareEnabled) != 0;

    private bool IsPresent => (Volatile.Read(ref Words->Base) & BaseEnabled) != 0;

    /// <summary>Requests a vector. Any thread.</summary>
    /// <param name="vector">Below 16 only the error is noted.</param>
    /// <param name="isLevel">True: the IO-APIC is told of its end.</param>
    public void Post(byte vector, bool isLevel)
    {
        if (!IsEnabled)
        {
            return;
        }

        if (vector < FirstVector)
        {
            Fail(ErrorBits.ReceivedIllegalVector);
            return;
        }

        int word = vector / 32;
        uint bit = 1u << (vector % 32);
        if (isLevel)
        {
            Interlocked.Or(ref Register(TriggerMode + word), bit);
        }
        else
        {
            Interlocked.And(ref Register(TriggerMode + word), ~bit);
        }

        // Whoever sees the request sees its trigger mode: this is the later of two full fences.
        Interlocked.Or(ref Register(Request + word), bit);
        _host.Notify(Id);
    }

    /// <summary>A source of the local vector table has something. Any thread.</summary>
    /// <returns>False if the APIC, which is enabled, has no such source.</returns>
    public bool RaiseLocal(LocalVector source)
    {
        if (!IsEnabled)
        {
            RaiseUntranslated(source);
            return true;
        }

        if ((uint)source > (uint)LocalVector.CorrectedMachineCheck)
        {
            return false;
        }

        uint entry = Get(LocalVectors[(int)source]);
        if ((entry & LocalVectorBits.Masked) != 0)
        {
            return true;
        }

        Count(source);
        switch (LocalVectorBits.HasMode(source) ? LocalVectorBits.Mode(entry) : DeliveryMode.Fixed)
        {
            case DeliveryMode.Fixed when source != LocalVector.Error || (byte)entry >= FirstVector:
                Post((byte)entry, isLevel: false);
                break;

            case DeliveryMode.Nmi:
                _host.RaiseNmi(Id);
                break;

            case DeliveryMode.External:
                PostExternal();
                break;
        }

        return true;
    }

    /// <summary>The 8259s have something for this vCPU, whatever its LINT0 says. Any thread.</summary>
    public void PostExternal()
    {
        Volatile.Write(ref _external, 1);
        _host.Notify(Id);
    }

    /// <summary>True if the vCPU takes its vector from the 8259s when their output is raised. Any thread.</summary>
    /// <remarks>Their output is wired to every LINT0; while an APIC is off, only the boot processor listens, as a PC without APICs does.</remarks>
    public bool AcceptsExternal()
    {
        uint pin = Get(LocalVectors[(int)LocalVector.Lint0]);
        bool wired = IsEnabled ? (pin & LocalVectorBits.Masked) == 0 && LocalVectorBits.Mode(pin) == DeliveryMode.External : Id == 0;
        return wired || Volatile.Read(ref _external) != 0;
    }

    /// <summary>The vCPU has taken a vector from the 8259s. The holder's thread.</summary>
    public void TakeExternal() => Volatile.Write(ref _external, 0);

    /// <summary>True if a requested vector is more urgent than what the vCPU is at. The holder's thread; others hear what was true a moment ago.</summary>
    public bool HasInterrupt()
    {
        int requested = Highest(Request);
        return requested >= 0 && ((uint)requested & ClassMask) > (ProcessorPriority & ClassMask) && IsPresent;
    }

    /// <summary>Takes the most urgent vector into service. The holder's thread.</summary>
    /// <returns>The vector; -1 if none is urgent enough.</returns>
    public int Acknowledge()
    {
        if (!HasInterrupt())
        {
            return -1;
        }

        int vector = Highest(Request);
        uint bit = 1u << (vector % 32);
        Interlocked.And(ref Register(Request + (vector / 32)), ~bit);
        Register(InService + (vector / 32)) |= bit;
        return vector;
    }

    /// <summary>The state after power-on. The holder's thread, or nobody runs the vCPU.</summary>
    public void Reset()
    {
        Words->OffersX2Apic = 0;
        Volatile.Write(ref Words->Base, Page | BaseEnabled | (Id == 0 ? BaseBoot : 0));
        Initialize();
    }

    /// <summary>INIT: the registers as after power-on, in the mode that the APIC is in. The holder's thread, or nobody runs the vCPU.</summary>
    public void Initialize()
    {
        _timer.Stop();
        for (int i = 0; i < LocalApicWords.Count; i++)
        {
            Volatile.Write(ref Register(i), 0);
        }

        foreach (byte entry in LocalVectors)
        {
            Register(entry) = LocalVectorBits.Masked;
        }

        if (Id == 0)
        {
            // As firmware leaves it, for guests that come without: the 8259s reach the boot processor.
            Register(LocalVectors[(int)LocalVector.Lint0]) = (uint)DeliveryMode.External << 8;
        }

        Register(DestinationFormat) = uint.MaxValue;
        Register(Spurious) = byte.MaxValue;
        Volatile.Write(ref _errors, 0);
        Volatile.Write(ref _external, 0);
        SetLogicalId();
    }

    /// <summary>Notes an error, and interrupts for it if the guest wants that. Any thread.</summary>
    internal void Fail(uint error)
    {
        Interlocked.Or(ref _errors, error);
        RaiseLocal(LocalVector.Error);
    }

    /// <summary>Counts an interprocessor interrupt of another vCPU.</summary>
    internal void CountReceived()
    {
        if (_counters != null)
        {
            Interlocked.Increment(ref _counters->IpisReceived);
        }
    }

    internal uint Get(int register) => Volatile.Read(ref Register(register));

    private ref uint Register(int index) => ref Words->Registers[index];

    // An APIC that is off passes its pins through.
    private void RaiseUntranslated(LocalVector source)
    {
        if (source == LocalVector.Lint0)
        {
            PostExternal();
        }
        else if (source == LocalVector.Lint1)
        {
            _host.RaiseNmi(Id);
        }
    }

    private void Count(LocalVector source)
    {
        if (_counters != null)
        {
            Interlocked.Increment(ref _counters->LocalInterrupts[(int)source]);
        }
    }

    private int Highest(int first)
    {
        for (int word = BitWords - 1; word >= 0; word--)
        {
            uint bits = Get(first + word);
            if (bits != 0)
            {
                return (word * 32) + BitOperations.Log2(bits);
            }
        }

        return -1;
    }
}
