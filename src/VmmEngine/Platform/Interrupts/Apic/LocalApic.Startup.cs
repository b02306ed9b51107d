using static VmmEngine.Platform.LocalApicRegister;

namespace VmmEngine.Platform;

/// <content>Addresses, and the start of other processors.</content>
public sealed unsafe partial class LocalApic
{
    private StartupRequest _startup;
    private uint _initialize;

    /// <summary>What the vCPU has asked of processors that are to be started; given once. The holder's thread.</summary>
    /// <returns>False if nothing.</returns>
    public bool TryTakeStartup(out StartupRequest request)
    {
        request = _startup;
        _startup = default;
        return request.Targets != 0;
    }

    /// <summary>Another processor sends INIT: the registers go back when the vCPU's holder looks. Any thread.</summary>
    public void PostInitialize()
    {
        Volatile.Write(ref _initialize, 1);
        _host.Notify(Id);
    }

    /// <summary>Does what <see cref="PostInitialize"/> asked for. The holder's thread.</summary>
    public void TakeInitialize()
    {
        if (Volatile.Read(ref _initialize) != 0)
        {
            Volatile.Write(ref _initialize, 0);
            Initialize();
        }
    }

    /// <summary>True if a message is addressed to this APIC. Any thread.</summary>
    internal bool IsMeant(in InterruptMessage message)
    {
        if (message.IsBroadcast)
        {
            return true;
        }

        if (!message.IsLogical)
        {
            return message.Destination == (uint)Id;
        }

        uint own = Get(LogicalDestination);
        if (IsX2Apic)
        {
            return message.Destination >> 16 == own >> 16 && (message.Destination & own & 0xFFFF) != 0;
        }

        uint wanted = message.Destination & 0xFF;
        own >>= 24;
        bool flat = Get(DestinationFormat) >> 28 == 0xF;
        return flat ? (wanted & own) != 0 : (wanted >> 4 == own >> 4 || wanted >> 4 == 0xF) && (wanted & own & 0xF) != 0;
    }

    /// <summary>The level of LINT0 has risen. The 8259s' vectors are taken from their output; other modes want an edge. Any thread.</summary>
    internal void RaiseLint0()
    {
        uint pin = Get(LocalVectors[(int)LocalVector.Lint0]);
        if (IsEnabled && (pin & LocalVectorBits.Masked) == 0 && LocalVectorBits.Mode(pin) is DeliveryMode.Fixed or DeliveryMode.Nmi)
        {
            RaiseLocal(LocalVector.Lint0);
        }
        else if (AcceptsExternal())
        {
            _host.Notify(Id);
        }
    }

    /// <summary>Keeps what the vCPU asks for until its holder takes it.</summary>
    internal void RequestStartup(DeliveryMode mode, byte vector, ulong targets, bool single) =>
        _startup = new StartupRequest(mode, vector, targets, single);

    /// <summary>Counts an interrupt from the 8259s.</summary>
    internal void CountExternal()
    {
        if (_counters != null)
        {
            _counters->ExternalInterrupts++;
        }
    }
}

/// <summary>INIT or STARTUP for other processors.</summary>
/// <param name="Mode">Which.</param>
/// <param name="Vector">For STARTUP the number of the page where they begin.</param>
/// <param name="Targets">A bit for each vCPU.</param>
/// <param name="IsSingle">True: one processor was named by its id.</param>
public readonly record struct StartupRequest(DeliveryMode Mode, byte Vector, ulong Targets, bool IsSingle);
