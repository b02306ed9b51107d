namespace VmmEngine.OpenBsd;

/// <summary>Which revisions of the interface a host speaks. A client's structs decide: their sizes are part of every command word.</summary>
[Flags]
public enum Revisions
{
    /// <summary>Early 2024: guest memory belongs to the client.</summary>
    Baseline = 1,

    /// <summary>Late 2025: guest memory belongs to the device.</summary>
    Newer = 2,

    /// <summary>Both, told apart by the command word. A word that both know is the baseline's.</summary>
    Both = Baseline | Newer,
}
