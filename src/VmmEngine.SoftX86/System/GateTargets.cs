using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>The code segments that interrupt and trap gates lead to.</summary>
internal static unsafe class GateTargets
{
    /// <summary>Reads and checks a gate's code segment: it may be called from here, and it is present.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryRead(Cpu* cpu, ushort selector, uint external, out Descriptor code)
    {
        if (DescriptorReader.IsNull(selector))
        {
            code = default;
            Faults.Protection(cpu, external);
            return false;
        }

        if (!DescriptorReader.TryRead(cpu, selector, Vectors.GeneralProtection, external, out code))
        {
            return false;
        }

        if (!code.IsCode || code.Privilege > cpu->Cpl)
        {
            Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, external));
            return false;
        }

        if (!code.IsPresent)
        {
            Faults.Raise(cpu, Vectors.SegmentNotPresent, DescriptorReader.ErrorCode(selector, external));
            return false;
        }

        return true;
    }

    /// <summary>Goes to the handler: CS, RIP, flags. SS and RSP are there already, so that the privilege can be taken from SS.</summary>
    public static void Commit(Cpu* cpu, Descriptor gate, Descriptor code, ulong target, uint privilege)
    {
        ulong cleared = FlagBits.Trap | FlagBits.NestedTask | FlagBits.Resume | FlagBits.Virtual8086;
        if ((gate.Type & 1) == 0)
        {
            cleared |= FlagBits.Interrupt;
        }

        cpu->Rflags &= ~cleared;
        SegmentRegister segment = code.ToRegister((ushort)((gate.GateSelector & ~3u) | privilege));
        cpu->Segments[SegmentIndex.Cs] = segment;
        cpu->Rip = target;
        Modes.Update(cpu);
    }
}
