using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;

namespace VmmEngine.Conformance.Tests.Model;

/// <summary>What a run comes back with.</summary>
/// <param name="Error">0 or the errno.</param>
/// <param name="Reason">The exit's.</param>
/// <param name="Port">Of a port's exit.</param>
/// <param name="IsIn">Of a port's exit.</param>
/// <param name="FaultType">Of a memory exit.</param>
/// <param name="Length">Of the instruction, where an exit says so.</param>
internal readonly record struct ModelExit(int Error, int Reason = 0, int Port = 0, bool IsIn = false, int FaultType = 0, int Length = 0);

/// <summary>What the interface, and the guest's program, say of a vCPU.</summary>
internal sealed class ModelVcpu
{
    private const ulong InterruptsEnabled = 0x200;
    private const int FrameSize = 6;

    private readonly Dictionary<ulong, Frame> _frames = [];
    private bool _tableIsEmpty;
    private bool _shadow;
    private bool _isWide; // data segments reach to 4 GiB, as after a reset by the client; to 64 KiB after power-on
    private bool _isLow; // the code segment begins at 0, as after a reset by the client; not as after power-on

    public int State { get; set; } = VmRecord.Stopped;

    public int LastReason { get; set; } = Exits.None;

    public bool Ready { get; set; }

    public ulong Rip { get; set; } = GuestProgram.ResetVector;

    public ulong Rax { get; set; }

    public ulong Rsp { get; set; }

    public bool Enabled { get; set; }

    public bool IsProtected { get; set; }

    public ulong Flags => Enabled ? InterruptsEnabled | 2 : 2;

    public void Reset(ulong rip)
    {
        LastReason = Exits.None;
        Ready = false;
        Rip = rip;
        Rax = 0;
        Rsp = GuestProgram.Stack;
        Enabled = false;
        _tableIsEmpty = false;
        _shadow = false;
        _isWide = true;
        _isLow = true;
    }

    /// <summary>What of the client's structure counts.</summary>
    public void Take(Exit answer)
    {
        RegisterState client = answer.Registers;
        if (LastReason == Exits.Io)
        {
            Rax = answer.IsIn ? answer.Data : Rax;
            Rip = client.Gpr(RegisterState.Rip);
        }
        else if (LastReason == Exits.EptViolation)
        {
            Rip = client.Gpr(RegisterState.Rip);
            Rax = client.Gpr(RegisterState.Rax);
            Rsp = client.Gpr(RegisterState.Rsp);
            Enabled = (client.Gpr(RegisterState.Rflags) & InterruptsEnabled) != 0;
        }
    }

    /// <summary>From an entry to what comes of it.</summary>
    /// <param name="inject">The client's event.</param>
    /// <param name="pending">It has an interrupt.</param>
    /// <param name="entered">The guest was entered at all.</param>
    public ModelExit Run(Injection inject, bool pending, out bool entered)
    {
        entered = true;
        bool enters = inject.Type == Structs.InjectException || (inject.Type == Structs.InjectInterrupt && Ready && !_shadow);
        if (pending && !enters && Enabled && !_shadow)
        {
            entered = false;
            return new ModelExit(0, Exits.ExternalInterrupt);
        }

        if (enters && !TryDeliver())
        {
            return new ModelExit(0, Exits.TripleFault);
        }

        ModelExit? exit;
        do
        {
            exit = pending && Enabled && !_shadow ? new ModelExit(0, Exits.InterruptWindow) : Execute();
        }
        while (exit is null);

        return exit.Value;
    }

    private ModelExit? Execute()
    {
        if (!_isLow || !GuestProgram.At.TryGetValue(Rip, out Instruction instruction))
        {
            return new ModelExit(EINVAL);
        }

        switch (instruction.Op)
        {
            case Op.Out or Op.In:
                return new ModelExit(0, Exits.Io, instruction.Port, instruction.Op == Op.In, Length: instruction.Length);

            case Op.ReadDevice or Op.ReadNowhere when !_isWide:
                return TryDeliver() ? null : new ModelExit(0, Exits.TripleFault);

            case Op.ReadDevice:
                return new ModelExit(0, Exits.EptViolation, FaultType: Exits.MmioAssist, Length: instruction.Length);

            case Op.Store when IsProtected:
                return new ModelExit(0, Exits.EptViolation, FaultType: Exits.Protect, Length: instruction.Length);

            case Op.ReadNowhere:
                return new ModelExit(EINVAL);

            case Op.Breakpoint when _tableIsEmpty:
                return new ModelExit(0, Exits.TripleFault);

            case Op.Hlt when !Enabled:
                Rip += (ulong)instruction.Length;
                return new ModelExit(EIO);

            case Op.Iret:
                Return();
                return null;
        }

        _shadow = instruction.Op == Op.Sti && !Enabled;
        Enabled = instruction.Op == Op.Sti || (instruction.Op != Op.Cli && Enabled);
        _tableIsEmpty |= instruction.Op == Op.EmptyInterruptTable;
        Rip = instruction.Op == Op.Jump ? instruction.Target : Rip + (ulong)instruction.Length;
        if (instruction.Op == Op.Breakpoint)
        {
            TryDeliver();
        }

        return instruction.Op == Op.Hlt ? new ModelExit(0, Exits.Halt) : null;
    }

    private bool TryDeliver()
    {
        if (_tableIsEmpty)
        {
            return false;
        }

        Rsp = (Rsp - FrameSize) & 0xFFFF;
        _frames[Rsp] = new Frame(Rip, Enabled, _isLow);
        (Rip, Enabled, _isLow, _shadow) = (GuestProgram.Handler, false, true, false);
        return true;
    }

    private void Return()
    {
        Frame frame = _frames[Rsp];
        Rsp = (Rsp + FrameSize) & 0xFFFF;
        (Rip, Enabled, _isLow, _shadow) = (frame.Rip, frame.Enabled, frame.IsLow, false);
    }

    private readonly record struct Frame(ulong Rip, bool Enabled, bool IsLow);
}
