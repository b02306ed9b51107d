using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>The ACPI power management timer.</summary>
internal static class PmTimerSteps
{
    public static void Write(PlatformProgram p)
    {
        Label again = p.C.CreateLabel();
        p.Device("power management timer");
        p.In32(PlatformGuest.PmTimerPort);
        p.C.mov(ebx, eax);
        p.C.Label(ref again);
        p.In32(PlatformGuest.PmTimerPort);
        p.C.cmp(eax, ebx);
        p.C.je(again);
        p.C.sub(eax, ebx);
        p.C.cmp(eax, 0);
        p.AnswerIf("it counts upwards", p.C.setg);
    }
}
