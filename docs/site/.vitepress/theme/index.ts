// Without the fonts that the default theme brings: the fonts of the system load at once and offline.
import DefaultTheme from 'vitepress/theme-without-fonts';
import './style.css';

export default DefaultTheme;
