namespace VmmEngine.SoftX86;

/// <summary>Who may use which ports: IOPL, and the bitmap in the TSS.</summary>
internal static unsafe class PortAccess
{
    private const uint BitmapBase = 102;

    /// <summary>Checks an access.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="port">The first port.</param>
    /// <param name="size">Ports: 1, 2 or 4.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryCheck(Cpu* cpu, ushort port, int size)
    {
        if ((cpu->Cr0 & Cr0Bits.ProtectionEnable) == 0 || (Flags.AdmitsIo(cpu) && !Modes.IsVirtual8086(cpu)))
        {
            return true;
        }

        ref Backends.SegmentRegister task = ref cpu->Segments[SegmentIndex.Tr];
        bool wide = (task.Access & AccessBits.TypeMask) is SystemTypes.BusyTss32 or SystemTypes.Tss32;
        if (!wide || task.Limit < BitmapBase + 1)
        {
            Faults.Protection(cpu);
            return false;
        }

        ulong baseLinear = DescriptorReader.Linear(cpu, task.Base + BitmapBase);
        if (!LinearMemory.TryRead(cpu, baseLinear, out ushort bitmap, Access.Read | Access.System))
        {
            return false;
        }

        // Two bytes always: an access may reach into the next one. That is why a bitmap ends with a byte of ones.
        uint offset = bitmap + (uint)(port >> 3);
        if (offset + 1 > task.Limit)
        {
            Faults.Protection(cpu);
            return false;
        }

        ulong linear = DescriptorReader.Linear(cpu, task.Base + offset);
        if (!LinearMemory.TryRead(cpu, linear, out ushort bits, Access.Read | Access.System))
        {
            return false;
        }

        if ((bits >> (port & 7) & ((1 << size) - 1)) != 0)
        {
            Faults.Protection(cpu);
            return false;
        }

        return true;
    }
}
